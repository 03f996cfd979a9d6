return await PilotCity.Bench.Benchmark.Run(args);
