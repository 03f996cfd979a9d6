return await PilotCity.Torture.TortureProgram.Run(args);
