await PilotCity.Gateway.GatewayHost.Build(args).RunAsync();
