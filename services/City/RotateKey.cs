using System.CommandLine;
using PilotCity.Oversight.Checkpoints;

namespace PilotCity.City;

/// <summary>
/// <c>./city rotate-key</c>: a new key for the city's log. It signs from the next start of Oversight on, and the key before signs too, so that everybody has time to take the new one;
/// <c>--finish</c> ends that: the old secret is gone, its public half stays. Exit code 0, or 2 where the file cannot be read or it is not the time for it.
/// </summary>
internal static class RotateKey
{
    internal static Command Command()
    {
        var data = DataFolder.Option();
        var file = new Option<string?>("--key-file") { Description = Say.Of("密钥文件（默认为数据目录中的 checkpoint.key）", "the key file (default: checkpoint.key of the data folder)") };
        var finish = new Option<bool>("--finish") { Description = Say.Of("完成轮换：销毁旧私钥，保留旧公钥", "finish the rotation: the old secret is destroyed, its public half stays") };
        var command = new Command("rotate-key", Say.Of("更换签署日志检查点的密钥；过渡期内新旧密钥同时签署", "change the key that signs the log's checkpoints; for a while both sign")) { data, file, finish };
        command.SetAction(parsed => Run(
            parsed.GetValue(file) ?? Path.Combine(parsed.GetRequiredValue(data), LogKey.FileName), parsed.GetValue(finish), Console.Out, Console.Error));
        return command;
    }

    internal static int Run(string path, bool finish, TextWriter output, TextWriter error)
    {
        try
        {
            var done = finish ? LogKey.Finish(path) : LogKey.Rotate(path);
            if (!done.Ok)
            {
                error.WriteLine(Say.Of(done.Fault.Message));
                return 2;
            }

            output.WriteLine(finish
                ? Say.Of($"轮换完成，此后只由该密钥签署：{done.Value}", $"The rotation is finished; from now on only this key signs: {done.Value}")
                : Say.Of($"新密钥：{done.Value}", $"The new key: {done.Value}"));
            output.WriteLine(finish
                ? Say.Of("重新启动监督服务后生效。旧公钥仍在 GET /api/oversight/<城市>/key 中，用于核验当时的检查点。", "It takes effect when Oversight starts again. GET /api/oversight/<city>/key still lists the earlier keys, by which checkpoints of their time verify.")
                : Say.Of("重新启动监督服务后生效，新旧密钥同时签署。请公布新公钥，待核验者和见证者都已采用后，执行 ./city rotate-key --finish。", "It takes effect when Oversight starts again; then both keys sign. Publish the new one, and when verifiers and witnesses have it, run ./city rotate-key --finish."));
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine(Say.Of($"{path}：{e.Message}", $"{path}: {e.Message}"));
            return 2;
        }
    }
}
