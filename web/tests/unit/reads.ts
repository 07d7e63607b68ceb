import { join } from 'node:path'
import { API } from 'typescript/unstable/sync'
import type { Checker, Project, Symbol } from 'typescript/unstable/sync'
import * as ast from 'typescript/unstable/ast'

/** Which fields of the interfaces of one file other files make use of, each as "Interface.field". */
export interface Uses {
  /** All that the interfaces have. */
  fields: string[]
  /** Read, by the type of what they are read from. */
  read: Set<string>
  /** Names that stand in an object literal, as those of a request do. */
  written: Set<string>
}

/** Asks the compiler; `files` says which of the project's files may be the readers. */
export function usesOf(config: string, declared: string, files: (name: string) => boolean): Uses {
  const api = new API({ cwd: join(config, '..') })
  try {
    const project = api.updateSnapshot({ openProjects: [config] }).getProjects()[0]!
    const reader = new Reader(project, declared)
    for (const name of project.program.getSourceFileNames()) if (name !== declared && files(name)) reader.take(project.program.getSourceFile(name)!)
    return reader.uses()
  } finally {
    api.close()
  }
}

class Reader {
  private readonly read = new Set<string>()
  private readonly written = new Set<string>()
  /** Fields that went into another object as a whole: read where any field of their name is. */
  private readonly spread = new Set<string>()
  private readonly names = new Set<string>()
  private readonly checker: Checker
  private readonly project: Project
  private readonly declared: string

  constructor(project: Project, declared: string) {
    this.project = project
    this.checker = project.checker
    this.declared = declared
  }

  take(file: ast.SourceFile) {
    const accesses: ast.Node[] = []
    const visit = (node: ast.Node) => {
      if (ast.isPropertyAccessExpression(node) && !isTarget(node)) accesses.push(node.name)
      else if (ast.isElementAccessExpression(node)) this.element(node)
      else if (ast.isObjectBindingPattern(node)) this.pattern(node, node.elements.map((one) => one.propertyName ?? one.name))
      else if (ast.isObjectLiteralExpression(node)) this.literal(node)
      node.forEachChild(visit)
    }
    file.forEachChild(visit)
    if (accesses.length > 0) this.checker.getSymbolAtLocation(accesses).forEach((symbol) => this.mark(symbol))
  }

  private literal(node: ast.ObjectLiteralExpression) {
    // ({ a } = b) reads a of b.
    if (isTarget(node)) {
      const { right } = node.parent as ast.BinaryExpression
      this.pattern(right, node.properties.map((one) => (ast.isSpreadAssignment(one) ? undefined : one.name)))
      return
    }
    for (const one of node.properties) {
      if (ast.isSpreadAssignment(one)) this.each(one.expression, (symbol) => this.mark(symbol, this.spread))
      else if (one.name) this.written.add(one.name.getText())
    }
  }

  private pattern(of: ast.Node, names: (ast.Node | undefined)[]) {
    const known = new Set(names.map((name) => name?.getText()))
    this.each(of, (symbol) => { if (known.has(symbol.name)) this.mark(symbol) })
  }

  /** a[k], where k is one of some words. */
  private element(node: ast.ElementAccessExpression) {
    const key = this.checker.getTypeAtLocation(node.argumentExpression)
    const words = (key?.isUnionType() ? key.getTypes() : [key]).flatMap((one) => (one?.isStringLiteralType() ? [one.value] : []))
    if (words.length > 0) this.each(node.expression, (symbol) => { if (words.includes(symbol.name)) this.mark(symbol) })
  }

  private each(node: ast.Node, use: (symbol: Symbol) => void) {
    const type = this.checker.getTypeAtLocation(node)
    const solid = type && this.checker.getNonNullableType(type)
    if (!solid) return
    for (const one of solid.isUnionType() ? solid.getTypes() : [solid]) for (const symbol of this.checker.getPropertiesOfType(one)) use(symbol)
  }

  private mark(symbol: Symbol | undefined, into = this.read) {
    if (symbol && into === this.read) this.names.add(symbol.name)
    for (const handle of symbol?.declarations ?? []) {
      // Where names have no case, the compiler's paths are in lower case.
      if (handle.path.toLowerCase() !== this.declared.toLowerCase()) continue
      const node = handle.resolve(this.project)
      if (node && ast.isPropertySignatureDeclaration(node)) into.add(nameOf(node))
    }
  }

  uses(): Uses {
    for (const name of this.spread) if (this.names.has(name.split('.')[1]!)) this.read.add(name)
    const fields: string[] = []
    const visit = (node: ast.Node) => {
      if (ast.isPropertySignatureDeclaration(node)) fields.push(nameOf(node))
      node.forEachChild(visit)
    }
    this.project.program.getSourceFile(this.declared)!.forEachChild(visit)
    return { fields, read: this.read, written: this.written }
  }
}

/** What stands left of an equals sign is not read. */
function isTarget(node: ast.Node): boolean {
  const { parent } = node
  return ast.isBinaryExpression(parent) && parent.operatorToken.kind === ast.SyntaxKind.EqualsToken && parent.left === node
}

function nameOf(node: ast.PropertySignatureDeclaration): string {
  let owner: ast.Node = node.parent
  while (!ast.isInterfaceDeclaration(owner) && !ast.isTypeAliasDeclaration(owner)) owner = owner.parent
  return `${owner.name.text}.${node.name.getText()}`
}
