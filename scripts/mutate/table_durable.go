package main

// durableChanges break "saved means saved", and recovery.
var durableChanges = []Change{
	{
		Name:  "fsync of a saved file does nothing",
		Where: "server/durable", In: "Folder.Create",
		From: `return f.root.OpenFile(_name, _flags, _mode)`,
		To: `file, err := f.root.OpenFile(_name, _flags, _mode)
	return unsynced{file}, err
}

type unsynced struct{ *os.File }

func (unsynced) Sync() error { return nil }

func init() {`,
		TestIn: "server/durable", Test: "TestSyncReachesTheRealFile",
	},
	{
		Name:  "fsync of a saved file's folder does nothing",
		Where: "server/durable", In: "Folder.Sync",
		From: `errors.Join(dir.Sync(), dir.Close())`, To: `errors.Join(dir.Close())`,
		TestIn: "server/durable", Test: "TestSyncReachesTheRealFolder/of a run",
	},
	{
		Name:  "fsync of a downloaded file does nothing",
		Where: "server/durable", In: "SyncFile",
		From: `errors.Join(f.Sync(), f.Close())`, To: `errors.Join(f.Close())`,
		TestIn: "server/durable", Test: "TestSyncReachesTheRealFile",
	},
	{
		Name:  "fsync of a download's folder does nothing",
		Where: "server/durable", In: "SyncFolder",
		From: `errors.Join(f.Sync(), f.Close())`, To: `errors.Join(f.Close())`,
		TestIn: "server/durable", Test: "TestSyncReachesTheRealFolder/of a download",
	},
	{
		Name:  "a save does not ask for fsync of its file",
		Where: "server/durable", In: "write",
		From: `err = file.Sync()`, To: ``,
		TestIn: "server/durable", Test: "TestSavedSurvivesAPowerCut/as it is",
	},
	{
		Name:  "a save does not ask for fsync of its folder",
		Where: "server/durable", In: "SaveKeeping",
		From: `f.Sync()`, To: `error(nil)`,
		TestIn: "server/durable", Test: "TestSavedSurvivesAPowerCut/as it is",
	},
	{
		Name:  "a save writes in place instead of by rename",
		Where: "server/durable", In: "SaveKeeping",
		From: `temp := _`, To: `temp := name; _ = f.Remove(name)`,
		TestIn: "server/durable", Test: "TestEveryFaultLeavesOldOrNew",
	},
	{
		Name:  "a short write counts as a whole one",
		Where: "server/durable", In: "write",
		From: `err == nil && n < len(data)`, To: `false && n < len(data)`,
		TestIn: "server/durable", Test: "TestAShortWriteIsNoSave",
	},
	{
		Name:  "a save overwrites the former checkpoint",
		Where: "server/durable", In: "SaveKeeping",
		From: `keep - 1`, To: `0`,
		TestIn: "server/durable", Test: "TestKeepsFormerContents",
	},
	{
		Name:  "a damaged checkpoint hides the one before it",
		Where: "server/durable", In: "Load",
		From: `f.Read(Former(name, i), limit)`, To: `f.Read(Former(name, 0), limit)`,
		TestIn: "server/durable", Test: "TestLoadFallsBack",
	},
	{
		Name:  "what a cut save left is not swept",
		Where: "server/durable", In: "sweep",
		From: `strings.Contains(name, temporary)`, To: `strings.HasPrefix(name, temporary)`,
		TestIn: "server/durable", Test: "TestSweepRemovesUnfinishedFiles",
	},
	{
		Name:  "a link leads out of a run's folder",
		Where: "server/durable", In: "ReadFrom",
		From: `root.Open(name)`, To: `os.Open(root.Name() + "/" + name)`,
		TestIn: "server/durable", Test: "TestNamesCannotLeaveTheFolder",
	},
	{
		Name:  "two programs may train in one folder",
		Where: "server/runs", In: "OpenFolderOn",
		From: `err != nil || !ok`, To: `err != nil || ok && false`,
		TestIn: "server/runs", Test: "TestOneProgramAtATimeHasAFolder",
	},
	{
		Name:  "a former checkpoint is not gone on from",
		Where: "server/runs", In: "Folder.Checkpoint",
		From: `durable.Load(_files, _name, _keep, _limit, _valid)`, To: `durable.Load(_files, _name, 1, _limit, _valid)`,
		TestIn: "server/runs/training", Test: "TestDamagedCheckpointFallsBack",
	},
}
