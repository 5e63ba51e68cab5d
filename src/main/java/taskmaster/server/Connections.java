package taskmaster.server;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The connections that there are, each with a token by which events name it. A token is not given
 * again for a billion connections, so that an event of one that has just ended finds nobody. Owned
 * by the server's thread.
 */
final class Connections {

    private static final int PLACE_BITS = 32;

    /**
     * Of the number of a connection that are part of its token, which has to stay below {@link
     * Acceptor#TOKEN}: after a billion connections, which somebody can make in hours, it starts
     * again.
     */
    private static final long NUMBER_BITS = (1L << 30) - 1;

    private Connection[] places = new Connection[16];
    private int count;
    private long given;

    Connections() {
        this(0);
    }

    /** So many have been there before. */
    Connections(long given) {
        this.given = given;
    }

    int count() {
        return count;
    }

    int count(Place place) {
        int there = 0;
        for (Connection connection : places) {
            there += connection != null && connection.place() == place ? 1 : 0;
        }
        return there;
    }

    /** For one that is about to be {@link #add}ed, before any other is asked for. */
    long nextToken() {
        return (given & NUMBER_BITS) << PLACE_BITS | freePlace();
    }

    private int freePlace() {
        for (int i = 0; i < places.length; i++) {
            if (places[i] == null) {
                return i;
            }
        }
        int first = places.length;
        places = Arrays.copyOf(places, 2 * first);
        return first;
    }

    void add(Connection connection) {
        places[place(connection.token())] = connection;
        given++;
        count++;
    }

    void remove(Connection connection) {
        places[place(connection.token())] = null;
        count--;
    }

    private static int place(long token) {
        return (int) token;
    }

    Optional<Connection> find(long token) {
        Connection connection = places[place(token)];
        return connection != null && connection.token() == token
                ? Optional.of(connection)
                : Optional.empty();
    }

    /** A list of its own, which the end of one of them does not change. */
    List<Connection> all() {
        List<Connection> all = new ArrayList<>(count);
        for (Connection connection : places) {
            if (connection != null) {
                all.add(connection);
            }
        }
        return all;
    }
}
