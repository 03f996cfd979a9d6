using System.Diagnostics.CodeAnalysis;

namespace PilotCity.Defaults;

/// <summary>What kind of refusal a fault is; it decides the HTTP and gRPC status and nothing else.</summary>
public enum FaultKind
{
    /// <summary>The request cannot be read: a shape, a range, an unknown field.</summary>
    Invalid,

    /// <summary>Nobody is signed in.</summary>
    Unauthenticated,

    /// <summary>This person may not do this.</summary>
    Forbidden,

    /// <summary>There is no such thing in this city.</summary>
    NotFound,

    /// <summary>It collides with what happened before: another input under the same key, a state already left.</summary>
    Conflict,

    /// <summary>It was edited on a version that is no longer the last.</summary>
    Stale,

    /// <summary>A rule of the programme says no; <see cref="Fault.Clause"/> names it.</summary>
    Refused,

    /// <summary>More than the bound allows: a body, a file, a page.</summary>
    TooLarge,

    /// <summary>Too many requests in too short a time.</summary>
    TooMany,

    /// <summary>A part that this needs is away; trying again later with the same key is safe.</summary>
    Unavailable,
}

/// <summary>
/// An expected refusal, returned by value. <see cref="Code"/> is <c>noun.reason</c> and a contract;
/// <see cref="Clause"/> is the document and article, or the open question, that says no.
/// </summary>
public sealed record Fault(FaultKind Kind, string Code, Text Message, string? Clause = null)
{
    /// <summary>Places in the input and what is wrong with each, e.g. <c>/lines/3/category</c>; at most 1,000.</summary>
    public IReadOnlyList<FaultDetail> Details { get; init; } = [];
}

/// <summary>One place in the input (a JSON path, or a sheet and cell) and what is wrong there.</summary>
public sealed record FaultDetail(string Path, string Code, Text Message);

/// <summary>A value, or the fault that stands in its place.</summary>
public readonly struct Result<T>
{
    private readonly T? value;

    private Result(T? value, Fault? fault)
    {
        this.value = value;
        Fault = fault;
    }

    public Fault? Fault { get; }

    [MemberNotNullWhen(false, nameof(Fault))]
    public bool Ok => Fault is null;

    /// <summary>The value; asking a fault for it is a bug.</summary>
    public T Value => Fault is null ? value! : throw new InvalidOperationException($"no value: {Fault.Code}");

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Fault fault) => new(default, fault);
}
