/** How far the review of an image's labels is. */
export const reviewStates = ['WAITING', 'APPROVED', 'RETURNED'] as const;
export type ReviewState = (typeof reviewStates)[number];

/** SQL of the newest label of each kind of an image, as far as people drew it. @param image SQL of the image's id. */
export function drawnLabelsSql(image: string): string {
  return `(SELECT * FROM (SELECT DISTINCT ON (label.kind) label.* FROM annotation label WHERE label.image_id = ${image}
     ORDER BY label.kind, label.revision DESC) AS newest WHERE NOT removed AND source = 'HUMAN')`;
}

/** SQL of the verdict that holds of a revision; null where nobody judged it. @param annotation SQL of its id. */
export function verdictSql(annotation: string): string {
  return `(SELECT verdict FROM annotation_review judged WHERE judged.annotation_id = ${annotation} ORDER BY judged.id DESC LIMIT 1)`;
}

/** SQL of the state of an image: of its labels the worst one; null without labels that people drew. @param image SQL of its id. */
export function reviewStateSql(image: string): string {
  return `(SELECT CASE WHEN bool_or(verdict = 'RETURNED') THEN 'RETURNED' WHEN bool_or(verdict IS NULL) THEN 'WAITING'
       WHEN count(*) > 0 THEN 'APPROVED' END
     FROM (SELECT ${verdictSql('drawn.id')} AS verdict FROM ${drawnLabelsSql(image)} AS drawn) AS labels)`;
}
