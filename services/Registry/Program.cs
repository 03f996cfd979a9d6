await PilotCity.Registry.RegistryService.Build(args).RunAsync();
