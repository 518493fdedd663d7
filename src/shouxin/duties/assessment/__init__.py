"""Impact assessments: who needs one, what was weighed, who approved it, when it is due again."""
