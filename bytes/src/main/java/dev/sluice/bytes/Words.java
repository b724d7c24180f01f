package dev.sluice.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Whole words in byte arrays, at any alignment.
final class Words {

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Words() {}

    static short getShort(byte[] array, int at, ByteOrder order) {
        return inOrder((short) SHORT.get(array, at), order);
    }

    static int getInt(byte[] array, int at, ByteOrder order) {
        return inOrder((int) INT.get(array, at), order);
    }

    static long getLong(byte[] array, int at, ByteOrder order) {
        return inOrder((long) LONG.get(array, at), order);
    }

    static void putShort(byte[] array, int at, short value, ByteOrder order) {
        SHORT.set(array, at, inOrder(value, order));
    }

    static void putInt(byte[] array, int at, int value, ByteOrder order) {
        INT.set(array, at, inOrder(value, order));
    }

    static void putLong(byte[] array, int at, long value, ByteOrder order) {
        LONG.set(array, at, inOrder(value, order));
    }

    /// Writes the lowest `count` bytes of `value`.
    static void putPart(byte[] array, int at, long value, int count, ByteOrder order) {
        for (int i = 0; i < count; i++) {
            int lane = order.equals(ByteOrder.BIG_ENDIAN) ? count - 1 - i : i;
            array[at + i] = (byte) (value >>> (Byte.SIZE * lane));
        }
    }

    static void checkPart(int count) {
        if (count < 1 || count > Long.BYTES) {
            throw new IllegalArgumentException(count + " bytes of a long");
        }
    }

    /// `value` as it reads when its big-endian bytes are taken in `order`.
    static short inOrder(short value, ByteOrder order) {
        return order.equals(ByteOrder.BIG_ENDIAN) ? value : Short.reverseBytes(value);
    }

    static int inOrder(int value, ByteOrder order) {
        return order.equals(ByteOrder.BIG_ENDIAN) ? value : Integer.reverseBytes(value);
    }

    static long inOrder(long value, ByteOrder order) {
        return order.equals(ByteOrder.BIG_ENDIAN) ? value : Long.reverseBytes(value);
    }
}
