package taskmaster.server;

/** Of which number of connections one is. */
enum Place {
    /** It takes one of {@link Limits#connections}. */
    SERVED,
    /** There is none of those left: gets 429 for whatever it asks. */
    REFUSED,
    /** Its user may do nothing: gets 403 for whatever it asks, unless a reload changes that. */
    STRANGER
}
