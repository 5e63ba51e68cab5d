package taskmaster.output;

/** Passes all on; for tests that change one call. */
class DelegatingSink implements Sink {

    private final Sink sink;

    DelegatingSink(Sink sink) {
        this.sink = sink;
    }

    @Override
    public void data(byte[] bytes, int length) {
        sink.data(bytes, length);
    }

    @Override
    public void truncated() {
        sink.truncated();
    }

    @Override
    public void end() {
        sink.end();
    }

    @Override
    public void error(String code, String message) {
        sink.error(code, message);
    }

    @Override
    public boolean isOpen() {
        return sink.isOpen();
    }

    @Override
    public void onClose(Runnable action) {
        sink.onClose(action);
    }
}
