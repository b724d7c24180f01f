import org.jspecify.annotations.NullMarked;

/// TCP and UDP by messages, for typed actors of Apache Pekko.
@NullMarked
module dev.sluice.actors.typed {
    requires static org.jspecify;
    requires transitive dev.sluice.actors;
    requires transitive pekko.actor.typed;

    exports dev.sluice.actors.typed;
}
