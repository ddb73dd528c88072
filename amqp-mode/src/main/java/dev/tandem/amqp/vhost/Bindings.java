package dev.tandem.amqp.vhost;

import dev.tandem.amqp.routing.Binding;
import dev.tandem.amqp.routing.Destination;
import dev.tandem.amqp.routing.Exchange;
import dev.tandem.storage.commit.Commit;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The bindings of a virtual host: at their exchanges, which route by them, and by destination, so that they go with it.
 * Changes to the catalog are added to the commit of the operation. Belongs to the virtual host's loop.
 */
final class Bindings {
    private final DefinitionWriter writer;
    private final Runnable onRoutingChange;
    private final BiConsumer<Exchange, Commit.Builder> onUnusedExchange;
    private final BindingIndex byDestination = new BindingIndex();

    /**
     * No bindings yet.
     *
     * @param onRoutingChange runs when messages may take another way than before
     * @param onUnusedExchange hears of an auto-delete exchange that lost its last binding
     */
    Bindings(DefinitionWriter writer, Runnable onRoutingChange, BiConsumer<Exchange, Commit.Builder> onUnusedExchange) {
        this.writer = writer;
        this.onRoutingChange = onRoutingChange;
        this.onUnusedExchange = onUnusedExchange;
    }

    /** Adds a binding, unless there is such a one. */
    void add(Binding binding, Commit.Builder changes) {
        if (recover(binding)) {
            onRoutingChange.run();
            if (binding.isDurable()) {
                writer.define(changes, binding);
            }
        }
    }

    /** Adds a binding that the catalog holds; false when it was there. */
    boolean recover(Binding binding) {
        if (!binding.source().bind(binding)) {
            return false;
        }
        byDestination.add(binding);
        return true;
    }

    /** Removes a binding, if there is such a one; an auto-delete exchange goes with the last one from it. */
    void remove(Binding binding, Commit.Builder changes) {
        Exchange source = binding.source();
        if (!source.unbind(binding)) {
            return;
        }
        byDestination.remove(binding);
        onRoutingChange.run();
        if (binding.isDurable()) {
            writer.undefine(changes, binding);
        }
        if (source.isAutoDelete() && source.bindings().isEmpty()) {
            onUnusedExchange.accept(source, changes);
        }
    }

    /** A queue or an exchange goes, and with it the bindings to it. */
    void removeTo(Destination destination, Commit.Builder changes) {
        for (Binding binding : byDestination.to(destination)) {
            remove(binding, changes);
        }
    }

    /** An exchange goes, and with it the bindings from it. */
    void removeFrom(Exchange source, Commit.Builder changes) {
        for (Binding binding : List.copyOf(source.bindings())) {
            source.unbind(binding);
            byDestination.remove(binding);
            if (binding.isDurable()) {
                writer.undefine(changes, binding);
            }
        }
    }
}
