@file:JvmName("KtorEcho")

package dev.sluice.bench.peers

import io.ktor.network.selector.SelectorManager
import io.ktor.network.sockets.InetSocketAddress
import io.ktor.network.sockets.Socket
import io.ktor.network.sockets.aSocket
import io.ktor.network.sockets.openReadChannel
import io.ktor.network.sockets.openWriteChannel
import io.ktor.utils.io.copyTo
import java.io.IOException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking

private const val BACKLOG = 4096

/**
 * An echo server on Ktor's raw sockets, to compare with; serves until it is killed. Argument: the port.
 *
 * A coroutine for each connection, and the dispatchers that Ktor's documentation has. Ktor itself switches Nagle's
 * algorithm off and chooses how much it reads at a time.
 */
fun main(args: Array<String>): Unit = runBlocking {
    val selector = SelectorManager(Dispatchers.IO)
    val listener = aSocket(selector).tcp().bind("127.0.0.1", args[0].toInt()) { backlogSize = BACKLOG }
    println("READY 127.0.0.1:${(listener.localAddress as InetSocketAddress).port}")
    while (true) {
        val socket = listener.accept()
        launch(Dispatchers.IO) { echo(socket) }
    }
}

private suspend fun echo(socket: Socket) = socket.use {
    try {
        socket.openReadChannel().copyTo(socket.openWriteChannel(autoFlush = true))
    } catch (e: IOException) {
        System.err.println("${socket.remoteAddress}: ${e.message}")
    }
}
