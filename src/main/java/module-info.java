/** A UNIX process supervisor. Needs nothing but java.base, and exports nothing: it is a program. */
module taskmaster {}
