using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace PilotCity.Oversight.Checkpoints;

/// <summary>
/// Ed25519 (RFC 8032) by OpenSSL's libcrypto, which .NET itself stands on under Linux; the framework has no Ed25519 of its own.
/// A private key is the 32-byte seed, a public key 32 bytes, a signature 64.
/// </summary>
internal static partial class Ed25519
{
    public const int SeedLength = 32;
    public const int PublicKeyLength = 32;
    public const int SignatureLength = 64;

    // EVP_PKEY_ED25519, the object number of id-Ed25519 in OpenSSL.
    private const int KeyType = 1087;

    private const string Library = "libcrypto";

    // OpenSSL 3 by its versioned name; the bare name is there where only the development package or another build is.
    private static readonly string[] LibraryNames = ["libcrypto.so.3", "libcrypto.so"];

    static Ed25519() => NativeLibrary.SetDllImportResolver(typeof(Ed25519).Assembly, Resolve);

    public static byte[] PublicKeyOf(ReadOnlySpan<byte> seed)
    {
        using var key = PrivateKey(seed);
        var publicKey = new byte[PublicKeyLength];
        nuint length = PublicKeyLength;
        Check(GetRawPublicKey(key, publicKey, ref length), "EVP_PKEY_get_raw_public_key");
        return publicKey;
    }

    public static byte[] Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> message)
    {
        using var key = PrivateKey(seed);
        using var context = Context();
        Check(DigestSignInit(context, 0, 0, 0, key), "EVP_DigestSignInit");
        var signature = new byte[SignatureLength];
        nuint length = SignatureLength;
        Check(DigestSign(context, signature, ref length, message, (nuint)message.Length), "EVP_DigestSign");
        return signature;
    }

    /// <summary>True if the signature is that of the message by this key; false for anything else, wrong lengths included.</summary>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != PublicKeyLength || signature.Length != SignatureLength)
        {
            return false;
        }

        using var key = NewRawPublicKey(KeyType, 0, publicKey, PublicKeyLength);
        if (key.IsInvalid)
        {
            ClearErrors();
            return false;
        }

        using var context = Context();
        Check(DigestVerifyInit(context, 0, 0, 0, key), "EVP_DigestVerifyInit");
        var holds = DigestVerify(context, signature, (nuint)signature.Length, message, (nuint)message.Length) == 1;
        // A refusal leaves its reason in the thread's error queue, where the framework's own TLS would find it.
        ClearErrors();
        return holds;
    }

    private static EvpKey PrivateKey(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedLength)
        {
            throw new ArgumentException($"an Ed25519 private key has {SeedLength} bytes, not {seed.Length}", nameof(seed));
        }

        var key = NewRawPrivateKey(KeyType, 0, seed, SeedLength);
        Check(key.IsInvalid ? 0 : 1, "EVP_PKEY_new_raw_private_key");
        return key;
    }

    private static EvpContext Context()
    {
        var context = NewContext();
        Check(context.IsInvalid ? 0 : 1, "EVP_MD_CTX_new");
        return context;
    }

    private static void Check(int status, string function)
    {
        if (status != 1)
        {
            ClearErrors();
            throw new CryptographicException($"{function} of OpenSSL's libcrypto failed: this build of OpenSSL may lack Ed25519 (OpenSSL 1.1.1 or later has it)");
        }
    }

    private static nint Resolve(string library, Assembly assembly, DllImportSearchPath? paths)
    {
        if (library != Library)
        {
            return 0;
        }

        foreach (var name in LibraryNames)
        {
            if (NativeLibrary.TryLoad(name, assembly, paths, out var handle))
            {
                return handle;
            }
        }

        throw new DllNotFoundException(
            $"Signing and checking checkpoints needs OpenSSL's libcrypto; none of {string.Join(", ", LibraryNames)} was found. Install it, e.g. `apt-get install libssl3`.");
    }

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_new_raw_private_key")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial EvpKey NewRawPrivateKey(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_new_raw_public_key")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial EvpKey NewRawPublicKey(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_get_raw_public_key")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetRawPublicKey(EvpKey key, Span<byte> publicKey, ref nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial EvpContext NewContext();

    [LibraryImport(Library, EntryPoint = "EVP_DigestSignInit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int DigestSignInit(EvpContext context, nint keyContext, nint digest, nint engine, EvpKey key);

    [LibraryImport(Library, EntryPoint = "EVP_DigestSign")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int DigestSign(EvpContext context, Span<byte> signature, ref nuint signatureLength, ReadOnlySpan<byte> message, nuint messageLength);

    [LibraryImport(Library, EntryPoint = "EVP_DigestVerifyInit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int DigestVerifyInit(EvpContext context, nint keyContext, nint digest, nint engine, EvpKey key);

    [LibraryImport(Library, EntryPoint = "EVP_DigestVerify")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int DigestVerify(EvpContext context, ReadOnlySpan<byte> signature, nuint signatureLength, ReadOnlySpan<byte> message, nuint messageLength);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_free")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void FreeKey(nint key);

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_free")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void FreeContext(nint context);

    [LibraryImport(Library, EntryPoint = "ERR_clear_error")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void ClearErrors();

    private sealed class EvpKey() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            FreeKey(handle);
            return true;
        }
    }

    private sealed class EvpContext() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            FreeContext(handle);
            return true;
        }
    }
}
