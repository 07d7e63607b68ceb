// Package web holds the page: its sources, and the built files the server embeds.
package web

import "embed"

// Dist is the built page. It holds only a placeholder until Vite has written
// dist/site, because a fresh clone must compile before the page is built.
//
//go:embed all:dist
var Dist embed.FS
