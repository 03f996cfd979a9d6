await PilotCity.Oversight.OversightService.Build(args).RunAsync();
