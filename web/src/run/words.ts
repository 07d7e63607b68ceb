// The words that the page, the worker, the server and the command line share, as core/protocol has them.
export { classNames, modelNames, recipeNames } from '../protocol/program.gen'
export type {
  Change, ChangeEvent, Config, EndEvent, EngineChoice, EpochEvent, Evaluation, FailEvent, ModelName, Monitor, PerClass, ProgressEvent, RecipeName,
  ReplacedEvent, RunEvent, StatusEvent, StepEvent, ValidatingEvent,
} from '../protocol/program.gen'
