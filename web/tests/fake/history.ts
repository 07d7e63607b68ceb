import type { ModelName } from '../../src/run/words'

// The report's own histories: training loss and accuracy, validation loss and accuracy, by epoch.
const histories: Record<ModelName, string> = {
  model1: `.4344 .8449 .2903 .8978;.2771 .8986 .2435 .9092;.2281 .9160 .2229 .9193;.1939 .9289 .1957 .9278;.1676 .9381 .2105 .9282;.1447 .9462 .2063 .9282;
.1267 .9525 .2081 .9278;.1104 .9585 .2026 .9328;.0976 .9645 .2152 .9305;.0854 .9678 .2279 .9302;.0783 .9704 .2282 .9340;.0687 .9740 .2382 .9322`,
  model2: `.7750 .7158 .4986 .8230;.4659 .8289 .3867 .8570;.3977 .8560 .3287 .8747;.3576 .8695 .3188 .8782;.3296 .8800 .3166 .8798;.3096 .8880 .2849 .8920;
.2966 .8929 .2967 .8845;.2814 .8977 .2545 .9038;.2733 .9016 .2574 .9035;.2639 .9033 .2368 .9093;.2576 .9075 .2460 .9087;.2510 .9101 .2407 .9120`,
}

export const fakeHistory = (model: ModelName) =>
  histories[model].split(';').map((row) => row.trim().split(' ').map(Number) as [number, number, number, number])

export const fakeRates = { model1: 1480, model2: 610 }

export const fakeRecipes = (['report', 'best', 'sketch'] as const).map((name) => ({
  name, epochs: 12, lr: 1e-3, weight_decay: 1e-5, label_smoothing: 0, dropout: 1, monitor: 'val_acc', why: [{ what: 'optimizer', text: `A reason for ${name}.` }],
}))
