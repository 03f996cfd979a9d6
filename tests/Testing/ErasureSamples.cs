using PilotCity.Defaults.Erasures;

namespace PilotCity.Testing;

/// <summary>The events of an erasure, for the goldens of every service that keeps personal data.</summary>
public static class ErasureSamples
{
    public static readonly object[] All =
    [
        new ErasureRequested("enterprise/91350825MAW5MTJ0XQ/contact", "联系人离职"), new PersonalDataErased("enterprise/91350825MAW5MTJ0XQ/contact"), new ErasureDeclined("付款凭证保存期内"),
    ];
}
