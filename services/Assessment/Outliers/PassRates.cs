using System.Numerics;

namespace PilotCity.Assessment.Outliers;

/// <summary>
/// Fisher's exact test, two-sided, in whole numbers: of all ways to choose an evaluator's results from everybody's, the share in which so many passed, or a number
/// no likelier. Nothing is rounded before the end, so every machine finds the same.
/// </summary>
internal static class PassRates
{
    private static readonly BigInteger Million = 1_000_000;

    /// <summary>The share in millionths, rounded up: 0 is never said of what can happen.</summary>
    public static int TailPerMillion(int passed, int results, int peersPassed, int peerResults)
    {
        var (allPassed, all) = (passed + peersPassed, results + peerResults);
        var (least, most) = (Math.Max(0, results - (all - allPassed)), Math.Min(results, allPassed));

        // ways(k): k of the passed ones and results − k of the others are the evaluator's.
        var ways = new BigInteger[most - least + 1];
        ways[0] = Choose(allPassed, least) * Choose(all - allPassed, results - least);
        for (var k = least; k < most; k++)
            ways[k - least + 1] = ways[k - least] * (allPassed - k) * (results - k) / ((BigInteger)(k + 1) * (all - allPassed - results + k + 1));

        var seen = ways[passed - least];
        var (tail, sum) = (BigInteger.Zero, BigInteger.Zero);
        foreach (var way in ways)
        {
            sum += way;
            tail += way <= seen ? way : 0;
        }

        return (int)(((tail * Million) + sum - 1) / sum);
    }

    private static BigInteger Choose(int of, int some)
    {
        var ways = BigInteger.One;
        for (var i = 1; i <= Math.Min(some, of - some); i++)
            ways = ways * (of - i + 1) / i;

        return ways;
    }
}
