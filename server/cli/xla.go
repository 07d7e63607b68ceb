package cli

import (
	"context"
	"strings"

	"atelier/server/failure"
	"atelier/server/gomlxengine"
)

// xlaCommand says what the engine gomlx can train on, and installs plugins
// where that is asked for.
func xlaCommand() *command {
	cmd := newCommand("xla", "", "show the devices of the engine gomlx, or install XLA's plugins")
	install := cmd.flags.Bool("install", false, "download XLA's plugins and install them; says first what and from where")
	cmd.run = func(_ context.Context, c *Console, _ []string) error {
		if *install {
			if err := gomlxengine.InstallPlugin(c.Err); err != nil {
				return failure.Wrap(err, failure.Unsupported, "XLA's plugins were not installed", "The engine core needs none")
			}
		}
		return showDevices(c)
	}
	return cmd
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
