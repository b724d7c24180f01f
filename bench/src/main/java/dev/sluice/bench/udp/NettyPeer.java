package dev.sluice.bench.udp;

import dev.sluice.bench.udp.Main.Mode;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.net.InetSocketAddress;

/// Netty's datagram channel on its native epoll transport, on one event loop, with its own ways to batch:
/// several messages between flushes, segmented packets, and a receive buffer for many.
final class NettyPeer implements Main.Peer {
    private static final int RUN_SLOT = 64 * 1024;

    private static Bootstrap bootstrap() {
        return new Bootstrap()
                .group(new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory()))
                .channel(EpollDatagramChannel.class);
    }

    @Override
    public void send(InetSocketAddress to, Mode mode, Meter meter) throws InterruptedException {
        var channel = bootstrap()
                .handler(new ChannelInboundHandlerAdapter())
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
        int messages = mode == Mode.SINGLE ? 1 : mode == Mode.BATCH ? Main.MANY : Main.RUNS;
        int datagrams = mode == Mode.RUN ? Main.MANY : 1;
        var bytes = Unpooled.directBuffer().writeZero(Main.SIZE * datagrams);
        Main.ready();
        channel.eventLoop().execute(new Sending(channel, to, bytes, messages, datagrams, meter));
        channel.closeFuture().sync();
    }

    /// Sends a round, and comes again when the loop has looked after the channel.
    private record Sending(
            Channel channel, InetSocketAddress to, ByteBuf bytes, int messages, int datagrams, Meter meter)
            implements Runnable {
        @Override
        public void run() {
            if (channel.isWritable()) {
                for (int i = 0; i < messages; i++) {
                    var copy = bytes.retainedDuplicate();
                    var _ = channel.write(
                            datagrams == 1
                                    ? new DatagramPacket(copy, to)
                                    : new SegmentedDatagramPacket(copy, Main.SIZE, to),
                            channel.voidPromise());
                }
                channel.flush();
                meter.moved(messages * datagrams);
            }
            channel.eventLoop().execute(this);
        }
    }

    @Override
    public void receive(InetSocketAddress at, Mode mode, Meter meter) throws InterruptedException {
        var bootstrap = bootstrap().handler(new Counting(meter));
        switch (mode) {
            case SINGLE -> bootstrap.option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(Main.SLOT));
            case BATCH -> batches(bootstrap, Main.SLOT, Main.MANY);
            case RUN ->
                batches(bootstrap.option(EpollChannelOption.UDP_GRO, true), RUN_SLOT, 1); // with more it is far slower
        }
        var channel = bootstrap.bind(at).sync().channel();
        Main.ready();
        channel.closeFuture().sync();
    }

    private static void batches(Bootstrap bootstrap, int slot, int slots) {
        bootstrap
                .option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, slot)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(slot * slots));
    }

    private static final class Counting extends SimpleChannelInboundHandler<DatagramPacket> {
        private final Meter meter;

        Counting(Meter meter) {
            this.meter = meter;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
            meter.moved(1);
        }
    }
}
