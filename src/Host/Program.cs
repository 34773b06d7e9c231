using Speaker.Host.Cli;

return await SpeakerCommandLine.RunAsync(args);
