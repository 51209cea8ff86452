import ts from 'typescript';
import { expect, it } from 'vitest';

/** Names that a room exports and nobody told of in words: a comment that begins with a tag says nothing of what it is. */
function untold(room: string): string[] {
  const file = `src/${room}/index.ts`;
  const program = ts.createProgram([file], { noLib: true, noResolve: false, module: ts.ModuleKind.NodeNext });
  const checker = program.getTypeChecker();
  return checker
    .getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file)!)!)
    .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol))
    .filter((symbol) => symbol.declarations?.some((one) => !one.getSourceFile().fileName.includes('node_modules')))
    .filter((symbol) => symbol.getDocumentationComment(checker).length === 0)
    .map(({ name }) => name);
}

it.each(['plugin-api', 'toolkit'])('every name that residua/%s exports is told of', { timeout: 60_000 }, (room) => {
  expect(untold(room)).toEqual([]);
});
