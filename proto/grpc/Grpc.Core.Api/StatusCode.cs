namespace Grpc.Core;

/// <summary>How a call ended. The numbers travel on the wire.</summary>
public enum StatusCode
{
    /// <summary>It succeeded.</summary>
    OK = 0,

    /// <summary>It was cancelled, usually by the caller.</summary>
    Cancelled = 1,

    /// <summary>It failed in a way that no other code describes.</summary>
    Unknown = 2,

    /// <summary>The request is wrong whatever the state of the system is.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed first; the operation may have happened all the same.</summary>
    DeadlineExceeded = 4,

    /// <summary>What was asked for does not exist.</summary>
    NotFound = 5,

    /// <summary>What was to be created exists already.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known and may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A quota, a limit or some space is used up.</summary>
    ResourceExhausted = 8,

    /// <summary>The state of the system does not allow it; repeating without changing that state is no use.</summary>
    FailedPrecondition = 9,

    /// <summary>A conflict with something concurrent; the caller may start again from its read.</summary>
    Aborted = 10,

    /// <summary>Past the end of what there is at present.</summary>
    OutOfRange = 11,

    /// <summary>The server does not offer this method.</summary>
    Unimplemented = 12,

    /// <summary>A bug: something that always holds did not.</summary>
    Internal = 13,

    /// <summary>The service cannot be reached just now; the caller may try again later.</summary>
    Unavailable = 14,

    /// <summary>Data was lost or is damaged beyond repair.</summary>
    DataLoss = 15,

    /// <summary>The caller is not known.</summary>
    Unauthenticated = 16,
}
