await PilotCity.Assessment.AssessmentService.Build(args).RunAsync();
