await PilotCity.Funding.FundingService.Build(args).RunAsync();
