return await PilotCity.City.CityProgram.Run(args);
