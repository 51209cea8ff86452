import type { PlannedImage, Region } from '../../formats/index.js';
import { collectProblems, throwIfProblems, type Problem } from '../../shared/errors.js';

/** A plan whose regions can be painted: those that are pictures are decoded. @throws ProblemError with everything wrong with them. */
export async function withDecodedRegions(plan: PlannedImage): Promise<PlannedImage> {
  const bounded = (plan.boxes ?? []).flatMap((box) => ('around' in box ? box.around : []));
  const regions = new Set([...(plan.regions ?? []), ...bounded]);
  if (![...regions].some(({ decoded }) => decoded)) return plan;
  const problems: Problem[] = [];
  const ready = new Map<Region, Region>();
  // One at a time: each is as large as it says.
  for (const region of regions) {
    ready.set(region, (await collectProblems(problems, async () => (await region.decoded?.()) ?? region)) ?? region);
  }
  throwIfProblems(problems);
  return {
    ...plan,
    regions: plan.regions?.map((region) => ready.get(region)!),
    boxes: plan.boxes?.map((box) => ('around' in box ? { ...box, around: ready.get(box.around)! } : box)),
  };
}
