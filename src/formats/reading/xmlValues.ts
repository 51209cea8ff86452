import { shown } from '../../files/index.js';
import type { SourceFile } from '../importFormat.js';
import { fileProblem } from './readText.js';
import type { XmlElement } from './readXml.js';

/** The first element of this name, in any case, directly inside another. */
export function childNamed(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name.toLowerCase());
}

/** @throws ProblemError DATASET_LAYOUT_INVALID when there is none. */
export function requiredChild(element: XmlElement, name: string, file: SourceFile): XmlElement {
  const found = childNamed(element, name);
  if (found) return found;
  throw fileProblem('DATASET_LAYOUT_INVALID', file, `<${element.name}> holds no <${name}>`, `line ${element.line}`);
}

/** A number inside a child; one that is not finite is left for whoever knows what it measures. @throws ProblemError. */
export function numberOf(element: XmlElement, name: string, file: SourceFile): number {
  const { text } = requiredChild(element, name, file);
  return text === '' ? Number.NaN : Number(text);
}

/** One of some values inside a child; undefined without the child. @throws ProblemError DATASET_LAYOUT_INVALID. */
export function oneOf<T extends string>(
  element: XmlElement,
  name: string,
  values: readonly T[],
  file: SourceFile,
): T | undefined {
  const child = childNamed(element, name);
  if (!child) return undefined;
  const found = values.find((value) => value === child.text);
  if (found) return found;
  const text = `<${name}> is '${shown(child.text)}'; allowed are ${values.join(', ')}`;
  throw fileProblem('DATASET_LAYOUT_INVALID', file, text, `line ${child.line}`);
}

/** An attribute that must be there. @throws ProblemError DATASET_LAYOUT_INVALID. */
export function attributeOf(element: XmlElement, name: string, file: SourceFile): string {
  const found = element.attributes.get(name);
  if (found !== undefined) return found;
  throw fileProblem('DATASET_LAYOUT_INVALID', file, `<${element.name}> has no ${name}`, `line ${element.line}`);
}
