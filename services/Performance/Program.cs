await PilotCity.Performance.PerformanceService.Build(args).RunAsync();
