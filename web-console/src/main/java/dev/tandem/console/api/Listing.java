package dev.tandem.console.api;

import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * How a list is asked for: {@code ?filter=text&sort=-name&offset=0&limit=100}.
 *
 * @param filter what names must contain, in lower case
 * @param sort key to sort by; a leading minus turns the order round; empty leaves it as it is
 */
record Listing(String filter, String sort, int offset, int limit) {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1_000;

    /**
     * A part of a list.
     *
     * @param total how many match the filter
     * @param all how many there are
     */
    record Page<T>(List<T> items, int offset, int limit, int total, int all) {}

    static Listing of(RoutingContext context) {
        var query = context.request().params();
        String filter = query.get("filter");
        String sort = query.get("sort");
        return new Listing(
                filter == null ? "" : filter.strip().toLowerCase(Locale.ROOT),
                sort == null ? "" : sort,
                number("offset", query.get("offset"), 0, Integer.MAX_VALUE),
                number("limit", query.get("limit"), DEFAULT_LIMIT, MAX_LIMIT));
    }

    /**
     * The page of a list.
     *
     * @param text what the filter looks at
     * @param orders by sort key
     * @param view made for the shown part only
     */
    <T, V> Page<V> page(List<T> all, Function<T, String> text, Map<String, Comparator<T>> orders, Function<T, V> view) {
        var matching = all.stream();
        if (!filter.isEmpty()) {
            matching = matching.filter(
                    item -> text.apply(item).toLowerCase(Locale.ROOT).contains(filter));
        }
        List<T> matches = matching.toList();
        var ordered = matches.stream();
        if (!sort.isEmpty()) {
            ordered = ordered.sorted(order(orders));
        }
        return new Page<>(
                ordered.skip(offset).limit(limit).map(view).toList(), offset, limit, matches.size(), all.size());
    }

    private <T> Comparator<T> order(Map<String, Comparator<T>> orders) {
        boolean reversed = sort.startsWith("-");
        Comparator<T> order = orders.get(reversed ? sort.substring(1) : sort);
        if (order == null) {
            throw new ApiException(
                    400,
                    "sort must be one of " + orders.keySet().stream().sorted().toList());
        }
        return reversed ? order.reversed() : order;
    }

    private static int number(String name, String value, int otherwise, int max) {
        if (value == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= 0 && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new ApiException(400, name + " must be a whole number from 0 to " + max);
    }
}
