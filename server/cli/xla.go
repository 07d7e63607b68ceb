package cli

import (
	"context"
	"fmt"
	"strings"

	"atelier/server/failure"
	"atelier/server/gomlxengine"
)

// xlaCommand says what the engine gomlx can train on, and installs plugins
// where that is asked for.
func xlaCommand() *command {
	cmd := newCommand("xla", "", "show the devices of the engine gomlx, or install XLA's plugins")
	install := cmd.flags.Bool("install", false, "download XLA's plugins and install them; says first what and from where")
	check := cmd.flags.Bool("check", false, "compute both networks on XLA's fastest device and compare with GoMLX's pure-Go backend")
	cmd.run = func(_ context.Context, c *Console, _ []string) error {
		if *install {
			if err := gomlxengine.InstallPlugin(c.Err); err != nil {
				return failure.Wrap(err, failure.Unsupported, "XLA's plugins were not installed", "The engine core needs none")
			}
		}
		if *check {
			return checkDevice(c)
		}
		return showDevices(c)
	}
	return cmd
}

// checkDevice proves the device's arithmetic, in seconds.
func checkDevice(c *Console) error {
	d, err := gomlxengine.Open(gomlxengine.XLA)
	if err != nil {
		return failure.Wrap(err, failure.Unsupported, "There is no XLA device to check", "`atelier xla` says what is looked for")
	}
	c.say("Checking %s", d.Description())
	differences, err := d.Check()
	if err != nil {
		return failure.Wrap(err, failure.Internal, "The device failed in the check", "")
	}
	bad := 0
	for _, x := range differences {
		verdict := "ok"
		if !x.OK() {
			verdict, bad = "TOO MUCH", bad+1
		}
		c.printf("%-7s %-42s %9.2g  limit %.0e  %s\n", x.Network, x.What, x.Value, x.Limit, verdict)
		if err := c.object(x); err != nil {
			return err
		}
	}
	if bad > 0 {
		return failure.New(failure.Unsupported, fmt.Sprintf("%d of %d results differ by more than rounding", bad, len(differences)), "On a GPU set NVIDIA_TF32_OVERRIDE=0 for the check: TF32 keeps ten bits")
	}
	return nil
}

// showDevices tries every device and says what it is or why it cannot be used.
func showDevices(c *Console) error {
	for _, choice := range []gomlxengine.Choice{gomlxengine.CUDA, gomlxengine.CPU, gomlxengine.Portable} {
		line := struct {
			Device      string  `json:"device"`
			Description *string `json:"description"`
			Reason      *string `json:"reason"`
		}{Device: string(choice)}
		d, err := gomlxengine.Open(choice)
		if err != nil {
			reason := err.Error()
			line.Reason = &reason
			c.printf("%-9s not usable: %s\n", choice, reason)
		} else {
			description := d.Description()
			line.Description = &description
			c.printf("%-9s %s\n", choice, description)
		}
		if err := c.object(line); err != nil {
			return err
		}
	}
	if folders := gomlxengine.PluginFolders(); len(folders) > 0 {
		c.say("Plugins (pjrt_c_api_cpu_plugin.so, ...) are looked for in %s; $%s names one by its path.", strings.Join(folders, ", "), gomlxengine.PluginEnv)
	}
	return nil
}
