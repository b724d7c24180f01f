package dev.sluice.futures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.sluice.futures.testkit.TaskSpy;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.Flow;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.tck.SubscriberWhiteboxVerification.SubscriberPuppet;
import org.reactivestreams.tck.SubscriberWhiteboxVerification.WhiteboxSubscriberProbe;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.reactivestreams.tck.flow.FlowSubscriberBlackboxVerification;
import org.reactivestreams.tck.flow.FlowSubscriberWhiteboxVerification;
import org.testng.SkipException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.BeforeMethod;

/// The Reactive Streams TCK for [Flow], each of its rules as a test. It is made for TestNG, of which only the
/// annotation
/// and the exception for rules that cannot be verified are used.
@Timeout(60)
class FlowTckTest {
    private static final TestEnvironment WITHIN = new TestEnvironment(5000, 50);

    /// How often the rule is tried that asks the garbage collector once, and soon after that whether it has found what
    /// nobody holds: on a busy machine it may not have told so yet. What is held is found in no try.
    private static final int TRIES = 10;

    @TestFactory
    Stream<DynamicTest> aStreamIsAPublisher() {
        return rules(PublisherRules::new);
    }

    @TestFactory
    Stream<DynamicTest> aStreamOfAPublisherIsASubscriber() {
        return rules(SubscriberRules::new);
    }

    @TestFactory
    Stream<DynamicTest> aStreamOfAPublisherIsASubscriberFromWithin() {
        return rules(InnerRules::new);
    }

    /// Polls a stream of numbers, and of one that has a subscriber already.
    private static final class PublisherRules extends FlowPublisherVerification<Long> {
        PublisherRules() {
            super(WITHIN, 1000);
        }

        @Override
        public Flow.Publisher<Long> createFlowPublisher(long elements) {
            var numbers = LongStream.range(0, elements);
            return PollStream.of((Iterable<Long>) numbers::iterator).toPublisher();
        }

        @Override
        public Flow.Publisher<Long> createFailedFlowPublisher() {
            var taken = createFlowPublisher(1);
            taken.subscribe(new FromPublisher<>(taken, 1));
            return taken;
        }
    }

    private static final class SubscriberRules extends FlowSubscriberBlackboxVerification<Long> {
        private final TaskSpy task = new TaskSpy();

        SubscriberRules() {
            super(WITHIN);
        }

        @Override
        public Flow.Subscriber<Long> createFlowSubscriber() {
            return new FromPublisher<>(itself -> {}, 1);
        }

        @Override
        public void triggerFlowRequest(Flow.Subscriber<? super Long> subscriber) {
            try {
                task.pollNext((FromPublisher<?>) subscriber);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public Long createElement(int element) {
            return (long) element;
        }
    }

    /// The same, with a look at what the subscriber is told.
    private static final class InnerRules extends FlowSubscriberWhiteboxVerification<Long> {
        InnerRules() {
            super(WITHIN);
        }

        @Override
        public Flow.Subscriber<Long> createFlowSubscriber(WhiteboxSubscriberProbe<Long> probe) {
            return new Probed(new FromPublisher<>(itself -> {}, 2), probe);
        }

        @Override
        public Long createElement(int element) {
            return (long) element;
        }
    }

    /// Tells the probe what it passes on to a stream.
    private record Probed(FromPublisher<Long> items, WhiteboxSubscriberProbe<Long> probe, TaskSpy task)
            implements Flow.Subscriber<Long>, SubscriberPuppet {
        Probed(FromPublisher<Long> items, WhiteboxSubscriberProbe<Long> probe) {
            this(items, probe, new TaskSpy());
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            items.onSubscribe(subscription);
            probe.registerOnSubscribe(this);
        }

        @Override
        public void onNext(Long item) {
            items.onNext(item);
            probe.registerOnNext(item);
        }

        @Override
        public void onError(Throwable why) {
            items.onError(why);
            probe.registerOnError(why);
        }

        @Override
        public void onComplete() {
            items.onComplete();
            probe.registerOnComplete();
        }

        @Override
        public void triggerRequest(long elements) {
            try {
                while (task.pollNext(items) instanceof Step.Item) {} // until it has to ask for more
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void signalCancel() {
            items.abandon();
        }
    }

    private static Stream<DynamicTest> rules(Callable<Object> verification) {
        var rules = Arrays.stream(methods(verification))
                .filter(method -> method.isAnnotationPresent(org.testng.annotations.Test.class))
                .filter(method -> !method.getName().startsWith("untested")) // it says that of some rules itself
                .map(method -> dynamicTest(method.getName(), () -> verify(verification, method)))
                .toList();
        assertThat(rules).hasSizeGreaterThan(8);
        return rules.stream();
    }

    private static Method[] methods(Callable<Object> verification) {
        try {
            return verification.call().getClass().getMethods();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void verify(Callable<Object> verification, Method rule) throws Throwable {
        for (int left = rule.getName().contains("DropAllReferences") ? TRIES : 1; ; ) {
            try {
                verify(verification.call(), rule);
                return;
            } catch (InvocationTargetException e) {
                if (--left == 0) {
                    throw e;
                }
            }
        }
    }

    private static void verify(Object verification, Method rule) throws Throwable {
        try {
            call(verification, BeforeClass.class);
            call(verification, BeforeMethod.class);
            rule.invoke(verification);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof SkipException notVerified) {
                abort(notVerified.toString());
            }
            throw e;
        } finally {
            call(verification, AfterClass.class);
        }
    }

    private static void call(Object verification, Class<? extends Annotation> annotation)
            throws ReflectiveOperationException {
        for (var method : verification.getClass().getMethods()) {
            if (method.isAnnotationPresent(annotation)) {
                method.invoke(verification);
            }
        }
    }
}
