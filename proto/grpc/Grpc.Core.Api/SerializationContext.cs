using System.Buffers;

namespace Grpc.Core;

/// <summary>
/// Where a message puts its bytes: either all at once by <see cref="Complete(byte[])"/>, or through
/// <see cref="GetBufferWriter"/> followed by <see cref="Complete()"/>.
/// </summary>
public abstract class SerializationContext
{
    /// <summary>Takes the whole message and ends it. The array belongs to the context from then on.</summary>
    public virtual void Complete(byte[] payload) => throw new NotImplementedException();

    /// <summary>Where to write the message.</summary>
    public virtual IBufferWriter<byte> GetBufferWriter() => throw new NotImplementedException();

    /// <summary>Says how many bytes will be written, before the writer is asked for.</summary>
    public virtual void SetPayloadLength(int payloadLength)
    {
        // A context that gains nothing from knowing the length need not care.
    }

    /// <summary>Ends a message written through the writer.</summary>
    public virtual void Complete() => throw new NotImplementedException();
}

/// <summary>Where a message gets its bytes from. They are valid only until the deserializer returns.</summary>
public abstract class DeserializationContext
{
    /// <summary>The number of bytes of the message.</summary>
    public abstract int PayloadLength { get; }

    /// <summary>The bytes in an array of the caller's own.</summary>
    public virtual byte[] PayloadAsNewBuffer() => throw new NotImplementedException();

    /// <summary>The bytes where they lie, without copying.</summary>
    public virtual ReadOnlySequence<byte> PayloadAsReadOnlySequence() => throw new NotImplementedException();
}
