package dev.sluice.testing;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/// How this JVM resolves names: as ever, but for one name no server answers, for as long as anybody waits, and
/// for a name that cannot exist (`.invalid`, RFC 6761) none is asked, which may be slow or far away.
public final class SilentNames extends InetAddressResolverProvider {
    public static final String SILENT = "silent.sluice.test";

    private static final String UNKNOWN = ".invalid";

    /// For the JDK.
    public SilentNames() {}

    @Override
    public InetAddressResolver get(Configuration configuration) {
        return new Names(configuration.builtinResolver());
    }

    @Override
    public String name() {
        return "silent names";
    }

    private record Names(InetAddressResolver all) implements InetAddressResolver {
        @Override
        public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
            if (host.equals(SILENT)) {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException _) {
                    throw new UnknownHostException(host + ": the lookup was given up");
                }
            }
            if (host.endsWith(UNKNOWN)) {
                throw new UnknownHostException(host + ": no such name");
            }
            return all.lookupByName(host, policy);
        }

        @Override
        public String lookupByAddress(byte[] address) throws UnknownHostException {
            return all.lookupByAddress(address);
        }
    }
}
