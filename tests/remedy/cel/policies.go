package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"

	celgo "github.com/google/cel-go/cel"
	celtypes "github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	v1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/version"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/policy/mutating/patch"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/client-go/applyconfigurations"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/yaml"
)

// load reads the policies of a YAML stream, strictly; bindings are read too, and left aside.
func load(path string) ([]policy, error) {
	stream, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var policies []policy
	for _, document := range bytes.Split(stream, []byte("\n---\n")) {
		found, err := read(document)
		if err != nil {
			return nil, err
		}
		if found != nil {
			policies = append(policies, found)
		}
	}
	return policies, nil
}

func read(document []byte) (policy, error) {
	var head struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
	}
	if err := yaml.Unmarshal(document, &head); err != nil {
		return nil, err
	}
	if head.APIVersion != "admissionregistration.k8s.io/v1" {
		return nil, fmt.Errorf("unexpected %s", head.APIVersion)
	}
	switch head.Kind {
	case "ValidatingAdmissionPolicy":
		var found v1.ValidatingAdmissionPolicy
		if err := yaml.UnmarshalStrict(document, &found); err != nil {
			return nil, err
		}
		return newValidating(&found)
	case "MutatingAdmissionPolicy":
		var found v1.MutatingAdmissionPolicy
		if err := yaml.UnmarshalStrict(document, &found); err != nil {
			return nil, err
		}
		return newMutating(&found)
	case "ValidatingAdmissionPolicyBinding":
		return nil, yaml.UnmarshalStrict(document, &v1.ValidatingAdmissionPolicyBinding{})
	case "MutatingAdmissionPolicyBinding":
		return nil, yaml.UnmarshalStrict(document, &v1.MutatingAdmissionPolicyBinding{})
	}
	return nil, fmt.Errorf("unexpected %s", head.Kind)
}

// expression is CEL with the types that it may have; named, it is a variable.
type expression struct {
	name, text string
	types      []*celgo.Type
}

func (e *expression) GetName() string            { return e.name }
func (e *expression) GetExpression() string      { return e.text }
func (e *expression) ReturnTypes() []*celgo.Type { return e.types }

// compiler knows a policy's variables.
func compiler(variables []v1.Variable, minor uint) (*cel.CompositedCompiler, error) {
	compiler, err := cel.NewCompositedCompiler(environment.MustBaseEnvSet(version.MajorMinor(1, minor)))
	if err != nil {
		return nil, err
	}
	for _, variable := range variables {
		named := &expression{variable.Name, variable.Expression, []*celgo.Type{celgo.AnyType, celgo.DynType}}
		// New expressions may only use what the oldest version has.
		result := compiler.CompileAndStoreVariable(named, cel.OptionalVariableDeclarations{}, environment.NewExpressions)
		if result.Error != nil {
			return nil, fmt.Errorf("variable %s: %w", variable.Name, result.Error)
		}
	}
	return compiler, nil
}

func matcher(compiler *cel.CompositedCompiler, conditions []v1.MatchCondition, name string) (matchconditions.Matcher, error) {
	var accessors []cel.ExpressionAccessor
	for at := range conditions {
		accessors = append(accessors, (*matchconditions.MatchCondition)(&conditions[at]))
	}
	condition, err := compiled(compiler, accessors)
	if err != nil {
		return nil, err
	}
	// A fault is to be seen here, whatever the policy says about faults.
	fail := v1.Fail
	return matchconditions.NewMatcher(condition, &fail, "policy", "validate", name), nil
}

func compiled(compiler *cel.CompositedCompiler, accessors []cel.ExpressionAccessor) (cel.ConditionEvaluator, error) {
	evaluator := compiler.CompileCondition(accessors, cel.OptionalVariableDeclarations{}, environment.NewExpressions)
	for _, err := range evaluator.CompilationErrors() {
		return nil, err
	}
	return evaluator, nil
}

type validatingPolicy struct {
	policy  *v1.ValidatingAdmissionPolicy
	matcher matchconditions.Matcher
	// In the order of the policy: tests, messages, audit annotations; at the end, what the policy worked out.
	tests, texts cel.ConditionEvaluator
}

// servers shows what the policy worked out; only the test knows this expression.
const servers = "variables.servers.map(s, s.name + '=' + s.interval + '=' + s.retain).join('\\n')"

func newValidating(policy *v1.ValidatingAdmissionPolicy) (policy, error) {
	compiler, err := compiler(policy.Spec.Variables, 30)
	if err != nil {
		return nil, err
	}
	matcher, err := matcher(compiler, policy.Spec.MatchConditions, policy.Name)
	if err != nil {
		return nil, err
	}
	var tests, texts []cel.ExpressionAccessor
	text := func(written string, types ...*celgo.Type) {
		texts = append(texts, &expression{text: written, types: append(types, celgo.StringType)})
	}
	for _, validation := range policy.Spec.Validations {
		tests = append(tests, &expression{text: validation.Expression, types: []*celgo.Type{celgo.BoolType}})
		text(validation.MessageExpression)
	}
	for _, annotation := range policy.Spec.AuditAnnotations {
		text(annotation.ValueExpression, celgo.NullType)
	}
	text(servers)
	made := &validatingPolicy{policy: policy, matcher: matcher}
	if made.tests, err = compiled(compiler, tests); err != nil {
		return nil, err
	}
	made.texts, err = compiled(compiler, texts)
	return made, err
}

func (policy *validatingPolicy) name() string { return policy.policy.Name }
func (policy *validatingPolicy) constraints() *v1.MatchResources {
	return policy.policy.Spec.MatchConstraints
}

func (policy *validatingPolicy) decide(ctx context.Context, attributes *admission.VersionedAttributes) (Decision, bool) {
	match := policy.matcher.Match(ctx, attributes, nil, nil)
	if match.Error != nil {
		return Decision{Error: match.Error.Error()}, true
	}
	if !match.Matches {
		return Decision{}, false
	}
	var decision Decision
	request := cel.CreateAdmissionRequest(attributes.Attributes, metav1.GroupVersionResource(attributes.GetResource()), metav1.GroupVersionKind(attributes.VersionedKind))
	evaluate := func(evaluator cel.ConditionEvaluator) []ref.Val {
		results, _, err := evaluator.ForInput(ctx, attributes, request, cel.OptionalVariableBindings{}, nil, celconfig.RuntimeCELCostBudget)
		if err != nil {
			decision.Error = err.Error()
		}
		var values []ref.Val
		for _, result := range results {
			if result.Error != nil {
				decision.Error = result.Error.Error()
			}
			values = append(values, result.EvalResult)
		}
		return values
	}
	tests, texts := evaluate(policy.tests), evaluate(policy.texts)
	if decision.Error != "" {
		return decision, true
	}
	for at, holds := range tests {
		if holds == celtypes.False {
			decision.Denied = append(decision.Denied, texts[at].Value().(string))
		}
	}
	if note, isText := texts[len(tests)].Value().(string); isText {
		decision.Undecided = note
	}
	if shown := texts[len(texts)-1].Value().(string); shown != "" {
		decision.Servers = strings.Split(shown, "\n")
	}
	return decision, true
}

type mutatingPolicy struct {
	policy   *v1.MutatingAdmissionPolicy
	compiler *cel.CompositedCompiler
	matcher  matchconditions.Matcher
	patchers []patch.Patcher
}

func newMutating(policy *v1.MutatingAdmissionPolicy) (policy, error) {
	compiler, err := compiler(policy.Spec.Variables, 36)
	if err != nil {
		return nil, err
	}
	matcher, err := matcher(compiler, policy.Spec.MatchConditions, policy.Name)
	if err != nil {
		return nil, err
	}
	made := &mutatingPolicy{policy: policy, compiler: compiler, matcher: matcher}
	for _, mutation := range policy.Spec.Mutations {
		accessor := &patch.ApplyConfigurationCondition{Expression: mutation.ApplyConfiguration.Expression}
		evaluator := compiler.CompileMutatingEvaluator(accessor, cel.OptionalVariableDeclarations{HasPatchTypes: true}, environment.NewExpressions)
		for _, err := range evaluator.CompilationErrors() {
			return nil, err
		}
		made.patchers = append(made.patchers, patch.NewApplyConfigurationPatcher(evaluator))
	}
	return made, nil
}

func (policy *mutatingPolicy) name() string { return policy.policy.Name }
func (policy *mutatingPolicy) constraints() *v1.MatchResources {
	return policy.policy.Spec.MatchConstraints
}

func (policy *mutatingPolicy) decide(ctx context.Context, attributes *admission.VersionedAttributes) (Decision, bool) {
	match := policy.matcher.Match(ctx, attributes, nil, nil)
	if match.Error != nil {
		return Decision{Error: match.Error.Error()}, true
	}
	if !match.Matches {
		return Decision{}, false
	}
	// Variables are worked out once per request, and live in its context.
	ctx = policy.compiler.CreateContext(ctx)
	types := applyconfigurations.NewTypeConverter(scheme.Scheme)
	for _, patcher := range policy.patchers {
		request := patch.Request{
			MatchedResource:     attributes.GetResource(),
			VersionedAttributes: attributes,
			TypeConverter:       types,
		}
		patched, err := patcher.Patch(ctx, request, celconfig.RuntimeCELCostBudget)
		if err != nil {
			return Decision{Error: err.Error()}, true
		}
		attributes.VersionedObject.Set(patched)
	}
	mutated, err := runtime.DefaultUnstructuredConverter.ToUnstructured(attributes.VersionedObject.Object())
	if err != nil {
		return Decision{Error: err.Error()}, true
	}
	return Decision{Mutated: mutated}, true
}
