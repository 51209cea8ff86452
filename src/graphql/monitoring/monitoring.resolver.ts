import { Arg, Args, Ctx, Extensions, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { MonitoringReport } from '../../services/monitoring.service.js';
import type { ModelEntity, MonitoringAlertEntity } from '../../services/records.js';
import { may } from '../access/access.js';
import { connection } from '../connection/connection.type.js';
import type { GraphqlContext } from '../context.js';
import { idOf, queriedIdOf } from '../globalId.js';
import { Model, ModelVersion } from '../model/model.type.js';
import { payload } from '../user-error/payload.js';
import { ModelMonitoringArgs, MonitoringAlertArgs, SetMonitoringRuleInput } from './monitoring.input.js';
import {
  ModelMonitoring,
  MonitoringAlert,
  MonitoringAlertConnection,
  MonitoringRule,
  SetMonitoringRulePayload,
} from './monitoring.type.js';

@Resolver(() => ModelMonitoring)
export class ModelMonitoringResolver {
  @FieldResolver(() => ModelVersion)
  modelVersion(@Root() { modelVersionId }: MonitoringReport, @Ctx() { loaders }: GraphqlContext) {
    return loaders.modelVersion.load(modelVersionId);
  }

  @Extensions(may('READ'))
  @Query(() => ModelMonitoring, {
    description: 'How a version does that is served: counts, control limits, drift of its scores, latencies.',
  })
  modelMonitoring(
    @Args(() => ModelMonitoringArgs) { modelVersionId, step, filter }: ModelMonitoringArgs,
    @Ctx() { services, scope }: GraphqlContext,
  ) {
    const id = queriedIdOf('ModelVersion', modelVersionId);
    return services.monitoring.report(scope, { ...filter, modelVersionId: id, step });
  }
}

@Resolver(() => MonitoringAlert)
export class MonitoringAlertResolver {
  @FieldResolver(() => Model)
  model(@Root() { modelId }: MonitoringAlertEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.model.load(modelId);
  }

  @FieldResolver(() => ModelVersion)
  modelVersion(@Root() { modelVersionId }: MonitoringAlertEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.modelVersion.load(modelVersionId);
  }

  @FieldResolver(() => String, { nullable: true })
  station(@Root() { station }: MonitoringAlertEntity) {
    return station || null;
  }

  @Extensions(may('READ'))
  @Query(() => MonitoringAlertConnection, { description: 'Alerts of the models of a project, newest first.' })
  monitoringAlerts(
    @Args(() => MonitoringAlertArgs) { projectId, filter, ...page }: MonitoringAlertArgs,
    @Ctx() { services, scope }: GraphqlContext,
  ) {
    const modelId = filter?.modelId ? queriedIdOf('Model', filter.modelId) : null;
    const asked = { ...filter, modelId };
    return connection(services.monitoring.alerts(scope, queriedIdOf('Project', projectId), asked, page));
  }
}

@Resolver(() => Model)
export class MonitoringRuleResolver {
  @FieldResolver(() => MonitoringRule, { description: 'How it is watched while it is served.' })
  monitoringRule(@Root() { id }: ModelEntity, @Ctx() { loaders }: GraphqlContext) {
    return loaders.monitoringRule.load(id);
  }

  @Extensions(may('RELEASE'))
  @Mutation(() => SetMonitoringRulePayload, { description: 'Chooses how a model is watched, from the next look on.' })
  setMonitoringRule(
    @Arg('input', () => SetMonitoringRuleInput, { description: 'Which model, and how.' })
    { modelId, ...change }: SetMonitoringRuleInput,
    @Ctx() context: GraphqlContext,
  ) {
    return payload(context, async () => {
      const id = idOf('Model', modelId, ['input', 'modelId']);
      return { model: await context.services.monitoring.setRule(context.scope, id, change) };
    });
  }
}
