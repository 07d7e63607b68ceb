package main

// pageChanges break what the page promises of its token, its workers and what it reads.
var pageChanges = []Change{
	{
		Name:  "the token stays in the address",
		Where: "web/src/state", From: `words\.delete\('token'\)`, To: ``,
		TestIn: "web/tests/unit/token.test.ts", Test: "the start token is taken out of the address: before settings",
	},
	{
		Name:  "the token is forgotten where nothing is stored",
		Where: "web/src/state", From: `memory = token\b`, To: `memory = null`,
		TestIn: "web/tests/unit/token.test.ts", Test: "the start token is remembered where the browser stores nothing",
	},
	{
		Name:  "reading requests carry the token",
		Where: "web/src/run", From: `if \(method === 'POST'\) \{`, To: `if (method.length > 0) {`,
		TestIn: "web/tests/unit/requests.test.ts", Test: "a request to the server carries the token in its header, where it changes something",
	},
	{
		Name:  "a refusal loses its kind",
		Where: "web/src/run", From: `new ServerError\(error\.code, `, To: `new ServerError('refused', `,
		TestIn: "web/tests/unit/requests.test.ts", Test: "a request to the server that is refused in its own words becomes an error of that kind",
	},
	{
		Name:  "a silent worker is waited for without an end",
		Where: "web/src/worker", From: `now - this\.heard > patience`, To: `now - this.heard > 1e9 * patience`,
		TestIn: "web/tests/unit/workerlink.test.ts", Test: "the link to a worker takes a worker that is silent for over ten seconds for dead, and not before",
	},
	{
		Name:  "a worker that is not asked counts as dead",
		Where: "web/src/worker", From: `else void this\.send\('ping', \{\}, \[\]\)\.catch\(\(\) => \{\}\)`, To: ``,
		TestIn: "web/tests/unit/workerlink.test.ts", Test: "the link to a worker lets one that answers live",
	},
	{
		Name:  "a dead worker's commands wait for ever",
		Where: "web/src/worker", From: `for \(const \{ reject \} of this\.waiting\.values\(\)\) reject\(`, To: `for (const { reject } of []) (reject as (e: Error) => void)(`,
		TestIn: "web/tests/unit/workerlink.test.ts", Test: "the link to a worker tells once of a worker that throws, and refuses all commands",
	},
	{
		Name:  "a death is told twice",
		Where: "web/src/worker", From: `private die\(reason: string\) \{\s+if \(this\.gone !== null\) return\n`, To: "private die(reason: string) {\n",
		TestIn: "web/tests/unit/workerlink.test.ts", Test: "the link to a worker tells once of a worker that throws, and refuses all commands",
	},
	{
		Name:  "a refusal by the worker loses its code",
		Where: "web/src/worker", From: `this\.code = failure\.code`, To: `this.code = 'dead'`,
		TestIn: "web/tests/unit/workerlink.test.ts", Test: "the link to a worker passes a refusal on, with its code and hint",
	},
	{
		Name:  "workers are left over where one of several cannot be had",
		Where: "web/src/worker", From: `for \(const link of links\) link\.close\(\)`, To: ``,
		TestIn: "web/tests/unit/workerlink.test.ts", Test: "the link to a worker closes what it opened where one of several cannot be had",
	},
	{
		Name:  "the program's end is not told",
		Where: "web/src/worker", From: `die\(String\(error\)\)\s+\}\s+\}`, To: "void error\n  }\n}",
		TestIn: "web/tests/unit/program.test.ts", Test: "a worker says once that its program threw",
	},
	{
		Name:  "commands overtake each other while the program starts",
		Where: "web/src/worker", From: `else waiting\.push\(data\)`, To: `else waiting.unshift(data)`,
		TestIn: "web/tests/unit/program.test.ts", Test: "a worker keeps commands until its program stands, in their order",
	},
	{
		Name:  "every question is asked, however old",
		Where: "web/src/worker", From: `this\.next = question\n`, To: "const before = this.next\n    this.next = before ? async () => { await before(); await question() } : question\n",
		TestIn: "web/tests/unit/latest.test.ts", Test: "the newest question is asked when the one before is answered; those between are not",
	},
	{
		Name:  "the images' hash is not compared",
		Where: "web/src/data", From: `if \(hex !== sha256\)`, To: `if (hex === '')`,
		TestIn: "web/tests/unit/fetcher.test.ts", Test: "a file of images with another content is refused",
	},
	{
		Name:  "images that are cut short are taken",
		Where: "web/src/data", From: `if \(at !== room\.length\) throw .*`, To: ``,
		TestIn: "web/tests/unit/fetcher.test.ts", Test: "a file of images cut short is refused",
	},
	{
		Name:  "a stream begins anew and misses events",
		Where: "web/src/run", From: `last = lastEventId`, To: `last = ''; void lastEventId`,
		TestIn: "web/tests/unit/stream.test.ts", Test: "the stream of all runs comes back where it was left",
	},
	{
		Name:  "a state that is over is shown again",
		Where: "web/src/run", From: `\|\| id > told\)`, To: `|| id >= told)`,
		TestIn: "web/tests/unit/stream.test.ts", Test: "the stream of all runs takes no state that is older than the runs as they are",
	},
	{
		Name:  "a pen of any width",
		Where: "web/src/run", From: `width > 0 && width <= maxStrokeWidth\)`, To: `width > 0 && width <= 1e6 * maxStrokeWidth)`,
		TestIn: "web/tests/unit/drawing.test.ts", Test: "drawings are refused with a pen wider than the widest, 16 times the usual, naming the line",
	},
	{
		Name:  "settings out of range are taken from a link",
		Where: "web/src/state", From: `value >= min && value <= max`, To: `value >= min && max > 0`,
		TestIn: "web/tests/unit/link.test.ts", Test: "a link leaves lr=1e99 aside",
	},
	{
		Name:  "any file is taken for Model 2's",
		Where: "web/src/keep", From: `header\.includes\('"features\.0\.conv\.weight"'\) \? 'model2' : null`, To: `'model2'`,
		TestIn: "web/tests/unit/files.test.ts", Test: "the owner of a file another network",
	},
}
