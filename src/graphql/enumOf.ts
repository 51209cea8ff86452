/** A list of names as the object `registerEnumType` takes, each name standing for itself. */
export function enumOf<Name extends string>(names: readonly Name[]): { [K in Name]: K } {
  return Object.fromEntries(names.map((name) => [name, name])) as { [K in Name]: K };
}
