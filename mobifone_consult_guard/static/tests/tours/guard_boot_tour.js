import { registry } from "@web/core/registry";

// Language independent: nothing here reads words.
const quiet = ".o_web_client:not(:has(.modal, .o_notification))";

registry.category("web_tour.tours").add("mobifone_guard_boot_desk", {
    steps: () => [
        { content: "the desk", trigger: ".o_mobifone_desk .o_mobifone_number" },
        { content: "no other application than this one", trigger: ".o_main_navbar:not(:has(.o_navbar_apps_menu .o_app + .o_app))" },
        { content: "the user's menu", trigger: ".o_user_menu > button", run: "click" },
        { content: "his preferences", trigger: ".o-dropdown--menu [data-menu=preferences], .o-dropdown--menu [data-menu=settings]", run: "click" },
        { content: "the form", trigger: ".modal .o_form_view .o_field_widget[name=lang]" },
        { content: "his e-mail is not his to change", trigger: ".modal .o_field_widget[name=email]:not(:has(input))" },
        { content: "out of it", trigger: ".modal .btn-close, .modal [special=cancel]", run: "click" },
        { content: "nothing went wrong", trigger: quiet },
    ],
});

registry.category("web_tour.tours").add("mobifone_guard_boot_list", {
    steps: () => [
        { content: "a list", trigger: ".o_list_view .o_list_renderer" },
        { content: "a search in it", trigger: ".o_searchview_input", run: "edit a" },
        { content: "what may be searched", trigger: ".o_searchview_autocomplete .o-dropdown-item" },
        { content: "nothing went wrong", trigger: quiet },
    ],
});

registry.category("web_tour.tours").add("mobifone_guard_boot_report", {
    steps: () => [
        { content: "a table", trigger: ".o_pivot_view .o_pivot table" },
        { content: "as a graph", trigger: ".o_switch_view.o_graph", run: "click" },
        { content: "the graph", trigger: ".o_graph_view .o_graph_renderer" },
        { content: "nothing went wrong", trigger: quiet },
    ],
});
