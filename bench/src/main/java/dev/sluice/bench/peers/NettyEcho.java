package dev.sluice.bench.peers;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// An echo server on Netty, to compare with. Arguments: the port, and `nio`, `epoll` or `io_uring`; exits with 3 if the
/// system does not have that.
///
/// One event loop. Netty's own allocator and its adaptive receive buffer, which may grow to 256 KiB instead of 64; one
/// flush for all that a turn has read; reading stops while more than 1 MiB waits to be written. `io_uring` is as it
/// comes, without a ring of buffers.
public final class NettyEcho {
    private static final int BACKLOG = 4096;
    private static final int SMALLEST_READ = 64;
    private static final int FIRST_READ = 2048;
    private static final int LARGEST_READ = 256 * 1024;
    private static final WriteBufferWaterMark WAITING = new WriteBufferWaterMark(256 * 1024, 1024 * 1024);
    private static final int UNAVAILABLE = 3;

    private NettyEcho() {}

    private record Transport(IoHandlerFactory loop, Class<? extends ServerChannel> listener) {}

    /// Serves until it is killed.
    public static void main(String[] args) throws InterruptedException {
        var transport = transport(args[1]);
        var listener = new ServerBootstrap()
                .group(new MultiThreadIoEventLoopGroup(1, transport.loop))
                .channel(transport.listener)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(SMALLEST_READ, FIRST_READ, LARGEST_READ))
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WAITING)
                .childHandler(new Echo())
                .bind("127.0.0.1", Integer.parseInt(args[0]))
                .sync()
                .channel();
        System.out.println("READY 127.0.0.1:" + ((InetSocketAddress) listener.localAddress()).getPort());
        listener.closeFuture().sync();
    }

    private static Transport transport(String name) {
        return switch (name) {
            case "nio" -> new Transport(NioIoHandler.newFactory(), NioServerSocketChannel.class);
            case "epoll" -> {
                require(name, Epoll.unavailabilityCause());
                yield new Transport(EpollIoHandler.newFactory(), EpollServerSocketChannel.class);
            }
            case "io_uring" -> {
                require(name, IoUring.unavailabilityCause());
                yield new Transport(IoUringIoHandler.newFactory(), IoUringServerSocketChannel.class);
            }
            default -> throw new IllegalArgumentException("no transport " + name);
        };
    }

    private static void require(String transport, @Nullable Throwable missing) {
        if (missing != null) {
            while (missing.getCause() != null) {
                missing = missing.getCause();
            }
            System.err.println("no " + transport + " here: "
                    + missing.toString().lines().findFirst().orElseThrow());
            System.exit(UNAVAILABLE);
        }
    }

    @Sharable
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            var _ = context.write(message, context.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
            if (!context.channel().isWritable()) {
                context.channel().config().setAutoRead(false);
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (context.channel().isWritable()) {
                context.channel().config().setAutoRead(true);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            System.err.println(context.channel() + ": " + cause);
            var _ = context.close();
        }
    }
}
