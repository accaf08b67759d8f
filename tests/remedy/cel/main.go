// Command cel decides on admission requests with the policies of a file, as a Kubernetes API server does.
//
//	cel POLICIES < REQUESTS > DECISIONS
//
// Requests and decisions are JSON documents, one decision for each policy that a request is about. CEL is compiled for the
// oldest Kubernetes that has the kind of policy, and its costs are limited as they are there.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	v1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/client-go/kubernetes/scheme"
)

// Request is what somebody wants of the API server.
type Request struct {
	Operation admission.Operation `json:"operation"`
	Object    map[string]any      `json:"object"`
	OldObject map[string]any      `json:"oldObject"`
}

// Decision is what one policy says to one request.
type Decision struct {
	Request int    `json:"request"`
	Policy  string `json:"policy"`
	// Denied has the messages of the validations that failed.
	Denied []string `json:"denied"`
	// Undecided is the audit annotation.
	Undecided string `json:"undecided,omitempty"`
	// Servers is what the policy worked out: name=interval=retain, one per server.
	Servers []string `json:"servers"`
	// Mutated is the object that a mutating policy makes of the request's.
	Mutated map[string]any `json:"mutated,omitempty"`
	Error   string         `json:"error,omitempty"`
}

// A policy is asked about the requests that its constraints fit.
type policy interface {
	name() string
	constraints() *v1.MatchResources
	decide(ctx context.Context, attributes *admission.VersionedAttributes) (Decision, bool)
}

func main() {
	if err := run(os.Args[1], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(path string, requests io.Reader, decisions io.Writer) error {
	policies, err := load(path)
	if err != nil {
		return err
	}
	decoder, encoder := json.NewDecoder(requests), json.NewEncoder(decisions)
	for number := 0; ; number++ {
		var request Request
		if err := decoder.Decode(&request); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		for _, policy := range policies {
			decision, isAsked := ask(policy, request)
			if !isAsked {
				continue
			}
			decision.Request, decision.Policy = number, policy.name()
			if err := encoder.Encode(decision); err != nil {
				return err
			}
		}
	}
}

func ask(policy policy, request Request) (Decision, bool) {
	attributes, err := request.attributes()
	if err != nil {
		return Decision{Error: "refused by the API server itself: " + err.Error()}, true
	}
	if !fits(policy.constraints(), attributes) {
		return Decision{}, false
	}
	return policy.decide(context.Background(), attributes)
}

func (request Request) attributes() (*admission.VersionedAttributes, error) {
	object, err := decoded(request.Object)
	if err != nil {
		return nil, err
	}
	kind := object.GroupVersionKind()
	resource := schema.GroupVersionResource{Group: kind.Group, Version: kind.Version, Resource: strings.ToLower(kind.Kind) + "s"}
	attributes := &admission.VersionedAttributes{VersionedKind: kind, VersionedObject: admission.NewLazyObject(object)}
	var old runtime.Object
	if request.OldObject != nil {
		if old, err = decoded(request.OldObject); err != nil {
			return nil, err
		}
		attributes.VersionedOldObject = admission.NewLazyObject(old)
	}
	attributes.Attributes = admission.NewAttributesRecord(object, old, kind, object.GetNamespace(), object.GetName(), resource, "", request.Operation, nil, false, nil)
	return attributes, nil
}

// decoded goes through the types of Kubernetes' own kinds, which refuse what does not fit, as the API server does before
// it asks any policy. Custom resources stay as they are.
func decoded(object map[string]any) (*unstructured.Unstructured, error) {
	plain := &unstructured.Unstructured{Object: integers(object).(map[string]any)}
	typed, err := scheme.Scheme.New(plain.GroupVersionKind())
	if runtime.IsNotRegisteredError(err) {
		return plain, nil
	} else if err != nil {
		return nil, err
	}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(plain.Object, typed); err != nil {
		return nil, err
	}
	kind := plain.GroupVersionKind()
	plain.Object, err = runtime.DefaultUnstructuredConverter.ToUnstructured(typed)
	plain.SetGroupVersionKind(kind)
	return plain, err
}

// integers makes numbers what they are in the API server: int64 where there is nothing behind the point.
func integers(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, item := range value {
			value[key] = integers(item)
		}
	case []any:
		for at, item := range value {
			value[at] = integers(item)
		}
	case float64:
		if value == float64(int64(value)) {
			return int64(value)
		}
	}
	return value
}

func fits(constraints *v1.MatchResources, attributes *admission.VersionedAttributes) bool {
	resource := attributes.GetResource()
	for _, rule := range constraints.ResourceRules {
		if has(rule.APIGroups, resource.Group) && has(rule.APIVersions, resource.Version) &&
			has(rule.Resources, resource.Resource) && hasOperation(rule.Operations, attributes.GetOperation()) {
			return true
		}
	}
	return false
}

func has(all []string, one string) bool {
	for _, word := range all {
		if word == "*" || word == one {
			return true
		}
	}
	return false
}

func hasOperation(all []v1.OperationType, one admission.Operation) bool {
	for _, operation := range all {
		if string(operation) == string(one) {
			return true
		}
	}
	return false
}
