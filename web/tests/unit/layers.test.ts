import { describe, expect, it } from 'vitest'
import { models, parameterCount, shapeText, toModel, type Model } from '../../src/models/layers'
import third from './third.json'

const lines = (model: Model) => model.layers.map((layer) => [layer.name, layer.modules.join(', '), layer.kind, layer.does, shapeText(layer), layer.params])

describe('the tables of the networks', () => {
  it('say what Model 1 does', () => {
    expect(models.model1.title).toBe('Model 1')
    expect(lines(models.model1)).toEqual([
      ['input', 'input', 'input', 'Image', '1×28×28', 0],
      ['conv1', 'conv1', 'conv', 'Conv 3×3 + ReLU', '32×28×28', 320],
      ['conv2', 'conv2', 'conv', 'Conv 3×3 + ReLU', '64×28×28', 18_496],
      ['pool', 'pool, dropout', 'pool', 'Max-pool 2×2, dropout 0.25', '64×14×14', 0],
      ['fc1', 'fc1, dropout', 'dense', 'Linear + ReLU, dropout 0.25', '128', 1_605_760],
      ['fc2', 'fc2', 'dense', 'Linear: one score a class', '10', 1290],
    ])
  })
  it('call the modules of Model 2 as PyTorch does, and its stages as the report', () => {
    expect(lines(models.model2)).toEqual([
      ['input', 'input', 'input', 'Image', '1×28×28', 0],
      ['features.0', 'features.0', 'conv', 'Conv 3×3 + BatchNorm + ReLU', '32×28×28', 352],
      ['features.1', 'features.1', 'conv', 'Conv 3×3 + BatchNorm + ReLU', '32×28×28', 9280],
      ['features.3', 'features.2, features.3', 'pool', 'Max-pool 2×2, dropout 0.05', '32×14×14', 0],
      ['features.4', 'features.4', 'conv', 'Conv 3×3 + BatchNorm + ReLU', '64×14×14', 18_560],
      ['features.5', 'features.5', 'conv', 'Conv 3×3 + BatchNorm + ReLU', '64×14×14', 36_992],
      ['features.7', 'features.6, features.7', 'pool', 'Max-pool 2×2, dropout 0.10', '64×7×7', 0],
      ['features.8', 'features.8', 'conv', 'Conv 3×3 + BatchNorm + ReLU', '128×7×7', 73_984],
      ['features.9', 'features.9', 'conv', 'Conv 3×3 + BatchNorm + ReLU', '128×7×7', 147_712],
      ['features.10', 'features.10', 'drop', 'Dropout 0.15', '128×7×7', 0],
      ['gap', 'gap', 'mean', 'Mean of each map', '128', 0],
      ['classifier.1', 'classifier.1, classifier.3', 'dense', 'Linear + ReLU, dropout 0.20', '64', 8256],
      ['classifier.4', 'classifier.4', 'dense', 'Linear: one score a class', '10', 650],
    ])
  })
  // A Go test holds that a third network's table in the core gives third.json.
  it('are made of a third network’s as well', () => {
    const model = toModel(third)
    expect(model.title).toBe('Model 3')
    expect(parameterCount(model)).toBe(3074)
    expect(lines(model).slice(1)).toEqual([
      ['stem', 'stem', 'conv', 'Conv 3×3 + ReLU', '12×28×28', 120],
      ['pool1', 'pool1', 'pool', 'Max-pool 2×2', '12×14×14', 0],
      ['block', 'block', 'conv', 'Conv 3×3 + BatchNorm + ReLU', '20×14×14', 2200],
      ['drop2', 'pool2, drop2', 'pool', 'Max-pool 2×2, dropout 0.10', '20×7×7', 0],
      ['gap', 'gap', 'mean', 'Mean of each map', '20', 0],
      ['hidden', 'hidden, drop', 'dense', 'Linear + ReLU, dropout 0.20', '24', 504],
      ['out', 'out', 'dense', 'Linear: one score a class', '10', 250],
    ])
  })
  it('refuse a kind of layer that the page has no words for', () => {
    expect(() => toModel({ ...third, rows: [{ ...third.rows[0]!, kind: 'LSTM' }] })).toThrow('no words for a layer of kind LSTM')
  })
})
