using System.CommandLine;
using Speaker.CommandLine;
using Speaker.Host.Live;
using Spectre.Console;

namespace Speaker.Host.Cli;

/// <summary><c>devices</c>.</summary>
internal static class DevicesCommand
{
    public static Command Create()
    {
        var command = new Command("devices",
            "List the devices that 'live --device' and 'enroll --mic --device' capture from. With --json, one object a " +
            "device.");
        command.SetVerb((_, output, _) =>
        {
            var devices = CaptureDevices.List();
            if (devices.Count == 0)
            {
                VerbOutput.Note("there is no capture device: connect a microphone, or define a PCM of your own for ALSA");
            }

            if (output.Json)
            {
                foreach (var device in devices)
                {
                    VerbOutput.WriteJson(
                        new DeviceJson(device.Name, device.Description), JsonContracts.Output.DeviceJson);
                }
            }
            else if (devices.Count > 0)
            {
                var table = new Table().Border(TableBorder.Rounded).AddColumn("device").AddColumn("description");
                foreach (var device in devices)
                {
                    table.AddRow(Markup.Escape(device.Name), Markup.Escape(device.Description));
                }

                output.Results.Write(table);
            }

            return ExitCode.Done;
        });
        return command;
    }
}
