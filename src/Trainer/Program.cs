using Speaker.Train;

return await TrainerCommandLine.RunAsync(args);
